Attribute VB_Name = "XlplanMessage"
Option Explicit

' MsgBox knows only the letters of the system's code page; MessageBoxW shows Vietnamese on every machine.

#If Mac Then
#ElseIf VBA7 Then
    Private Declare PtrSafe Function MessageBoxW Lib "user32" (ByVal hWnd As LongPtr, ByVal lpText As LongPtr, ByVal lpCaption As LongPtr, ByVal uType As Long) As Long
#Else
    Private Declare Function MessageBoxW Lib "user32" (ByVal hWnd As Long, ByVal lpText As Long, ByVal lpCaption As Long, ByVal uType As Long) As Long
#End If

Private Const ICON_WARNING As Long = &H30

Public Sub XlplanSay(ByVal sentence As String)
    ' Where dialogs are off nobody would close one: whoever drives Excel gets an error with the sentence.
    If Not Application.DisplayAlerts Then Err.Raise vbObjectError + 1, "xlplan", sentence
    #If Mac Then
        MsgBox sentence, vbExclamation, "xlplan"
    #Else
        Dim caption As String
        caption = "xlplan"
        MessageBoxW Application.hWnd, StrPtr(sentence), StrPtr(caption), ICON_WARNING
    #End If
End Sub
